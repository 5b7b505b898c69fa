from django.db import migrations

TABLES = ("core_importjob", "core_importrow")


class Migration(migrations.Migration):
    """Core's rows that belong to a partner get their foreign key here: core knows no partners."""

    dependencies = [
        ("partners", "0006_api_clients_and_product_changes"),
        ("core", "0006_staged_import"),
    ]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE {table} ADD CONSTRAINT {table}_partner_id_fk
            FOREIGN KEY (partner_id) REFERENCES partners_partner (id) DEFERRABLE INITIALLY DEFERRED
            """,
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_partner_id_fk",
        )
        for table in TABLES
    ]

from django.db import migrations

TABLES = ("core_notification", "core_task", "core_comment", "core_document")


class Migration(migrations.Migration):
    """Core's rows that belong to a partner get their foreign key here: core knows no partners."""

    dependencies = [
        ("partners", "0003_moves_say_when_they_were_recorded"),
        ("core", "0002_outbox_attention_and_threads"),
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

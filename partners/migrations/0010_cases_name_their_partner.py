from django.db import migrations

NAMED = (("core_workflowcase", "partner_id"), ("core_casestep", "partner_id"), ("core_task", "about_partner_id"))


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0009_tiers_of_partners"),
        ("core", "0010_workflow"),
    ]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk
            FOREIGN KEY ({column}) REFERENCES partners_partner (id) DEFERRABLE INITIALLY DEFERRED
            """,
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fk",
        )
        for table, column in NAMED
    ]

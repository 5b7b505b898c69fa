from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_imports_name_their_partner"),
        ("core", "0007_exports"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE core_exportjob ADD CONSTRAINT core_exportjob_partner_id_fk
            FOREIGN KEY (partner_id) REFERENCES partners_partner (id) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE core_exportjob DROP CONSTRAINT core_exportjob_partner_id_fk",
        ),
    ]

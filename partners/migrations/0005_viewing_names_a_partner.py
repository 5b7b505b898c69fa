from django.db import migrations


class Migration(migrations.Migration):
    """A viewing as dealer names a partner that exists."""

    dependencies = [("partners", "0004_core_rows_name_their_partner"), ("core", "0003_saved_views_and_viewing_as")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE core_viewas ADD CONSTRAINT core_view_as_partner_id_fk
            FOREIGN KEY (partner_id) REFERENCES partners_partner (id) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE core_viewas DROP CONSTRAINT core_view_as_partner_id_fk",
        ),
    ]

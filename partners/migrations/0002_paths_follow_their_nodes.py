from django.db import migrations

LIMITS = (
    ("territory_id", "territory_path", "partners_territory"),
    ("product_line_id", "line_path", "partners_productline"),
    ("sales_channel_id", "channel_path", "partners_saleschannel"),
)


class Migration(migrations.Migration):
    """The path beside a reference is kept true by the database; core's rows of a partner get their foreign key."""

    dependencies = [("partners", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"""
                ALTER TABLE partners_authorisation ADD CONSTRAINT partners_authorisation_{path}_follows_its_node
                FOREIGN KEY ({reference}, {path}) REFERENCES {table} (id, path) ON UPDATE CASCADE
                """,
                f"ALTER TABLE partners_authorisation DROP CONSTRAINT partners_authorisation_{path}_follows_its_node",
            )
            for reference, path, table in LIMITS
        ),
        migrations.RunSQL(
            """
            ALTER TABLE core_feed ADD CONSTRAINT core_feed_partner_id_fk
            FOREIGN KEY (partner_id) REFERENCES partners_partner (id) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE core_feed DROP CONSTRAINT core_feed_partner_id_fk",
        ),
    ]

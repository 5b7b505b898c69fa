"""The demo's channel by arithmetic and dice: only its seeding may import it; nothing of the application does."""

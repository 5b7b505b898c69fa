from hashlib import sha256

from django.core.management.base import BaseCommand

from performance.selectors.fingerprint import fingerprint


class Command(BaseCommand):
    help = "Hashes of everything that is a result, for comparing two runs. Equal fingerprints: the same result."

    def handle(self, *args, **options):
        lines = [f"{one.hash or '-':32} {one.rows:>10} {one.table}" for one in fingerprint()]
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{sha256(chr(10).join(lines).encode()).hexdigest()} everything")

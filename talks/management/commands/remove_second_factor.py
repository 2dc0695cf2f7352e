"""python manage.py remove_second_factor NAME: for who has lost all devices, and no administrator can help."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from talks.editing.devices import devices_of, remove


class Command(BaseCommand):
    help = "Take the second factor from a user who lost it, so that the password alone is asked for."

    def add_arguments(self, parser):
        parser.add_argument("name")

    def handle(self, *args, name, **options):
        try:
            devices = devices_of(User.objects.get(username=name))
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {name!r}.") from error
        for _sort, device in devices:
            remove(device)
            self.stdout.write(f"  removed: {device.name}")
        self.stdout.write(f"{len(devices)} devices of {name} removed.")

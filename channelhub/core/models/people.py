from fnmatch import fnmatchcase
from typing import Any

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass


class UserManager(BaseUserManager):
    """Makes people by e-mail address; machine users have an unusable password."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Role(models.Model):
    """What a kind of person may do: permissions as data. Delivered by ``load_reference``, edited by administrators.

    ``delivered``: what the last release brought, so that the next one adds only what is new and takes nothing back.
    """

    fence = FenceClass.STAFF

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        DEALER = "dealer", _("Dealer")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    permissions = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("permissions"),
        default=list,
        blank=True,
        help_text=_("Codes like partners.view_partner; app.* allows all of an app, * everything."),
    )
    delivered = ArrayField(models.CharField(max_length=100), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self):
        return self.code


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person who signs in, or the machine user of an API client (no password). Changed by administrators.

    What a dealer's colleagues see of a person (name, e-mail) stands on the membership.
    """

    fence = FenceClass.STAFF

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_superuser = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_machine = models.BooleanField(_("machine"), default=False, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), through="core.UserRole", related_name="users")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    acting: Any = None  # set by ActingMiddleware: where this person stands in this request

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="core_user_one_per_email_address")]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.email

    def get_full_name(self):
        return self.name or self.email

    def get_short_name(self):
        return self.name or self.email

    def granted(self) -> frozenset[str]:
        """All permissions of the person's staff roles; read once per instance."""
        if not hasattr(self, "_granted"):
            lists = self.roles.filter(kind=Role.Kind.STAFF).values_list("permissions", flat=True)
            self._granted = frozenset(code for codes in lists for code in codes)
        return self._granted

    def has_perm(self, perm, obj=None):
        """Staff: whether a role grants it. Everyone else: False, without a query."""
        if not (self.is_active and self.is_staff):
            return False
        return self.is_superuser or any(fnmatchcase(perm, code) for code in self.granted())

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        if not (self.is_active and self.is_staff):
            return False
        return self.is_superuser or any(fnmatchcase(app_label, code.split(".")[0]) for code in self.granted())


class UserRole(models.Model):
    """A person has a role, from whom and since when it is in the audit trail."""

    fence = FenceClass.STAFF

    user = models.ForeignKey(User, models.CASCADE, related_name="user_roles")
    role = models.ForeignKey(Role, models.PROTECT, related_name="user_roles")

    class Meta:
        verbose_name = _("role of a user")
        verbose_name_plural = _("roles of users")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="core_user_role_each_role_once_per_user"),
        ]

    def __str__(self):
        return f"{self.user_id}: {self.role_id}"

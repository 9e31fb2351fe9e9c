"""A Django app with user models that are not Django's own: for the tests' sites, without migrations."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models


class MemberManager(BaseUserManager):
    def create_user(self, email, password):
        member = self.model(email=email)
        member.set_password(password)
        member.save()
        return member


class Member(AbstractBaseUser):
    """By e-mail address, with a uuid and little else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    blocked_not = models.BooleanField(default=True, db_column="may_enter-not")
    objects = MemberManager()
    USERNAME_FIELD = "email"

    @property
    def is_active(self):
        return self.blocked_not

    @is_active.setter
    def is_active(self, value):
        self.blocked_not = value


class Customer(AbstractUser):
    """Django's fields in a table of another name, whose key has another name too."""

    id = None
    number = models.BigAutoField(primary_key=True, db_column="customer_number")
    groups = None
    user_permissions = None

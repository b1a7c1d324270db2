"""How allauth behaves here: where it may send people, what it writes in the journal, how secrets are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme

from ensembleur.accounts.engine.names import LONGEST_NAME, clean_name
from ensembleur.accounts.models import User
from ensembleur.accounts.services.claims import propose_company
from ensembleur.accounts.services.profiles import record_sign_in, record_sign_out

CERTIFIED_DIRECTOR = "https://proconnect.gouv.fr/assurance/certification-dirigeant"
ID_TOKEN, END_SESSION, ACR = "proconnect_id_token", "proconnect_end_session", "proconnect_acr"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and sign-out."""

    def format_email_subject(self, subject: str) -> str:
        """Say who writes."""
        return f"Ensembleur : {subject}"

    def new_user(self, request: HttpRequest) -> User:
        """A person who signs up now."""
        return User(created_at=timezone.now())

    def is_safe_url(self, url: str) -> bool:
        """Only this very host: neither another allowed host nor a scheme-less « //elsewhere »."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={context.request.get_host()}, require_https=context.request.is_secure()
        )

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **kwargs: Any
    ) -> HttpResponse:
        """Note the sign-in, and the company ProConnect names."""
        social = (signal_kwargs or {}).get("sociallogin")
        record_sign_in(by=user, now=timezone.now(), how="proconnect" if social else "password")
        if social is not None:
            claims = social.account.extra_data
            acr = str(claims.get("acr", ""))
            request.session[ACR] = acr
            if claims.get("siret"):
                certified = acr.removesuffix("-2fa") == CERTIFIED_DIRECTOR
                propose_company(siret=str(claims["siret"]), certified=certified, by=user, now=timezone.now())
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        """Note the sign-out."""
        if request.user.is_authenticated:
            record_sign_out(by=request.user, now=timezone.now())
        super().logout(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Also leave ProConnect when one came through it, as it requires."""
        token, end = request.session.get(ID_TOKEN), request.session.get(END_SESSION)
        if not (token and end):
            return super().get_logout_redirect_url(request)
        back = request.build_absolute_uri("/")
        return f"{end}?{urlencode({'id_token_hint': token, 'state': get_random_string(32), 'post_logout_redirect_uri': back})}"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through ProConnect."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """The name ProConnect gives becomes the full name."""
        user: User = super().populate_user(request, sociallogin, data)
        user.full_name = clean_name(f"{data.get('first_name') or ''} {data.get('last_name') or ''}")[:LONGEST_NAME]
        return user

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """ProConnect asks for at least 32 characters."""
        return get_random_string(40)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the account."""
        return reverse("accounts:account")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed with the installation's key."""

    def get_totp_issuer(self) -> str:
        """What the person's application shows."""
        return "Ensembleur"

    def encrypt(self, text: str) -> str:
        """Sealed text."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Clear text; a secret sealed with another key opens nothing, so no code matches it."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""


def _seal() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest())) for key in keys]
    )

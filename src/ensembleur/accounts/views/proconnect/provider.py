"""ProConnect for allauth: OpenID Connect whose user information is a signed token naming a person and a SIRET.

Source: ProConnect's documentation for service providers (partenaires.proconnect.gouv.fr/docs/fournisseur-service).
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string

from ensembleur.accounts.views.adapters import END_SESSION, ID_TOKEN

NONCE = "proconnect_nonce"


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
    """The exchange with ProConnect."""

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> Any:
        """Check both tokens' signatures, our nonce, and that they speak of the same person."""
        id_token = str(kwargs["response"].get("id_token") or "")
        identity = self._signed(id_token, audience=app.client_id)
        nonce = request.session.pop(NONCE, "")
        if not nonce or not constant_time_compare(str(identity.get("nonce", "")), nonce):
            raise OAuth2Error("The identity token does not answer our request.")
        person = self._fetch_user_info(token.token)
        if not person.get("sub") or person["sub"] != identity.get("sub"):
            raise OAuth2Error("The two tokens speak of two people.")
        request.session[ID_TOKEN] = id_token
        request.session[END_SESSION] = self.openid_config.get("end_session_endpoint", "")
        person["acr"] = identity.get("acr", "")
        return self.get_provider().sociallogin_from_response(request, person)

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """The user information: a signed token for ProConnect, plain JSON for other OpenID Connect services."""
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            response.raise_for_status()
        if "jwt" in response.headers.get("Content-Type", ""):
            return self._signed(response.text.strip(), audience=self.get_provider().app.client_id)
        return dict(response.json())

    def _signed(self, credential: str, *, audience: str) -> dict[str, Any]:
        try:
            return dict(
                jwtkit.verify_and_decode(
                    credential=credential,
                    keys_url=self.openid_config["jwks_uri"],
                    issuer=self.openid_config["issuer"],
                    audience=audience,
                    lookup_kid=jwtkit.lookup_kid_jwk,
                )
            )
        except OAuth2Error:
            raise
        except Exception as error:  # a token that is not even one: same answer as a wrong signature
            raise OAuth2Error("Unreadable token.") from error


class ProConnectProvider(OpenIDConnectProvider):
    """What is asked of ProConnect and what is kept of its answer."""

    package = "ensembleur.accounts.views.proconnect"
    oauth2_adapter_class = ProConnectAdapter

    def get_default_scope(self) -> list[str]:
        """The person's name, address and establishment."""
        return ["openid", "given_name", "usual_name", "email", "siret", "uid"]

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Never more than that, whatever the address says."""
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """The assurance level asked for, and a nonce tied to this session."""
        request.session[NONCE] = nonce = get_random_string(40)
        return {"acr_values": self.app.settings.get("acr_values", "eidas1"), "nonce": nonce}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only what the platform uses."""
        return {key: data[key] for key in ("sub", "siret", "acr") if data.get(key)}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """ProConnect says usual_name where others say family_name."""
        return {
            "email": data.get("email"),
            "first_name": data.get("given_name"),
            "last_name": data.get("usual_name") or data.get("family_name"),
        }

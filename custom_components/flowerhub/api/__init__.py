"""A client of the Flowerhub portal; it knows nothing of Home Assistant."""

from custom_components.cloud_energy.client.errors import (
    AuthFailed as AuthenticationError,
    CloudError as ApiError,
)

from .client import FlowerhubClient
from .const import Endpoints
from .errors import ErrorDetails, NoAsset, NoAssetOwner, error_details
from .login import Credentials
from .options import FetchOptions
from .standalone import open_client

__all__ = [
    "ApiError",
    "AuthenticationError",
    "Credentials",
    "Endpoints",
    "ErrorDetails",
    "FetchOptions",
    "FlowerhubClient",
    "NoAsset",
    "NoAssetOwner",
    "error_details",
    "open_client",
]

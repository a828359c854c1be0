from themis.models.api_key import APIKey
from themis.models.idempotent_request import IdempotentRequest
from themis.models.invitation import Invitation
from themis.models.notification import Notification
from themis.models.notification_mail import NotificationMail
from themis.models.profile import Profile
from themis.models.recent_item import RecentItem
from themis.models.setup import Setup
from themis.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "APIKey",
    "IdempotentRequest",
    "Invitation",
    "Notification",
    "NotificationMail",
    "Profile",
    "RecentItem",
    "Setup",
    "WebhookDelivery",
    "WebhookEndpoint",
]

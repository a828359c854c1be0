"""The worker's side of notifications: their letters, at once and by the clock."""

from celery import shared_task

from themis.services.mails import send_due_mails, send_mail, write_digests


@shared_task(name="themis.tasks.send_notification_mail")
def send_notification_mail(pk: int) -> None:
    send_mail(pk)


@shared_task(name="themis.tasks.send_due_mails", expires=60)
def send_due() -> None:
    send_due_mails()


@shared_task(name="themis.tasks.write_digests", expires=600)
def write_due_digests() -> None:
    write_digests()

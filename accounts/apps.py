from django.apps import AppConfig

from medborgarlofte.sqlite import swedish_like


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        swedish_like()

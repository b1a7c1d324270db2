"""A mail server made of files that says what it receives, and stops for ever where a test wants the process killed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from django.core.mail.backends.base import BaseEmailBackend


class SlowPost(BaseEmailBackend):
    """Appends each recipient to a file of POST_FOLDER; at the third e-mail, stops at POST_STOPS_AT: before, during or after."""

    received = 0

    def send_messages(self, messages):
        """Write, or stop and wait to be killed."""
        for message in messages:
            type(self).received += 1
            stops = type(self).received == 3 and os.environ.get("POST_STOPS_AT")
            file = Path(os.environ["POST_FOLDER"], f"{os.getpid()}.txt")
            if stops == "before":
                wait_for_ever()
            with file.open("a", encoding="utf-8") as out:
                half = len(message.to[0]) // 2
                out.write(message.to[0][:half])
                if stops == "during":
                    out.flush()
                    wait_for_ever()
                out.write(message.to[0][half:] + "\n")
            if stops == "after":
                wait_for_ever()
        return len(messages)


def wait_for_ever():
    """Tell the test that the moment has come."""
    print("now", flush=True)
    time.sleep(120)


def main():
    """Send what is due at the instant given on the command line, as a worker would."""
    import django

    django.setup()
    from datetime import datetime

    from ensembleur.accounts.services.delivering import deliver_due
    from ensembleur.accounts.services.notices import register_notice

    register_notice("test_act", "Réponse d'un conseiller")
    done = deliver_due(now=datetime.fromisoformat(sys.argv[1]))
    print(done.sent, flush=True)


if __name__ == "__main__":
    main()

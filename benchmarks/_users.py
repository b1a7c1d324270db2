"""The people of the page benchmark: visitors who look for help, directors who answer a diagnosis."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

from locust import HttpUser, constant, task

PLAN = json.loads(Path(os.environ["ENSEMBLEUR_BENCH_PLAN"]).read_text())
WORDS = ["mecanique", "métal", "chimie argenteuil", "usinage", "plastique", "industrie", "bois", "electronique", "saint denis"]


class Visitor(HttpUser):
    """Home, search, an establishment with its answers, a scheme, the strategy and its measures."""

    weight = 3
    wait_time = constant(1)

    def on_start(self) -> None:
        """Choices of one person repeat from run to run."""
        self.chance = random.Random(PLAN["seed"])

    @task
    def home(self) -> None:
        """The front page."""
        self.client.get("/", name="home")

    @task
    def search(self) -> None:
        """A search by words."""
        self.client.get("/recherche/", params={"q": self.chance.choice(WORDS)}, name="search")

    @task
    def establishment(self) -> None:
        """The page of an establishment."""
        self.client.get(f"/entreprise/{self.chance.choice(PLAN['sirets'])}/", name="establishment")

    @task
    def scheme(self) -> None:
        """The page of an aid."""
        self.client.get(f"/aides/{self.chance.choice(PLAN['schemes'])}/", name="scheme")

    @task
    def strategy(self) -> None:
        """A strategy of 28 measures on one page."""
        self.client.get("/strategie/smart-industrie-2017-2021/", name="strategy")

    @task
    def measure(self) -> None:
        """One of its measures."""
        self.client.get(f"/strategie/smart-industrie-2017-2021/mesure/M{self.chance.randint(1, 28)}/", name="measure")


class Director(HttpUser):
    """Looks at the journey and answers statements: one write a page."""

    weight = 1
    wait_time = constant(1)
    count = 0

    def on_start(self) -> None:
        """Each director has a session and a journey of his own."""
        Director.count += 1
        self.seat = PLAN["directors"][Director.count % len(PLAN["directors"])]
        self.client.cookies.set("sessionid", self.seat["session"])
        self.chance = random.Random(Director.count)

    @task
    def journey(self) -> None:
        """The journey's page."""
        self.client.get(f"/parcours/{self.seat['journey']}/", name="journey")

    @task
    def answer(self) -> None:
        """One statement ticked, saved by itself."""
        address = f"/parcours/{self.seat['journey']}/diagnostic/production/"
        page = self.client.get(address, name="diagnosis")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        headers = {
            "HX-Request": "true",
            "HX-Target": "progress",
            "X-CSRFToken": token[1] if token else "",
            "Referer": self.host + address,
        }
        statement = self.chance.choice(PLAN["statements"])
        self.client.post(f"{address}reponse/", {statement: self.chance.randint(0, 5)}, headers=headers, name="answer (write)")

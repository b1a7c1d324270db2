"""What exists: strategies and their versions, measurements, proposals, money, the committee's papers, released tables."""

from ensembleur.strategy.models.committee import CycleMark, Decision, FollowUp, Question
from ensembleur.strategy.models.content import Indicator, Node, Strategy, StrategyVersion
from ensembleur.strategy.models.kept import KeptForEver
from ensembleur.strategy.models.money import Batch, BudgetLine
from ensembleur.strategy.models.releases import Release
from ensembleur.strategy.models.values import Dispute, Measurement, PeriodLock, Proposal

__all__ = [
    "Batch",
    "BudgetLine",
    "CycleMark",
    "Decision",
    "Dispute",
    "FollowUp",
    "Indicator",
    "KeptForEver",
    "Measurement",
    "Node",
    "PeriodLock",
    "Proposal",
    "Question",
    "Release",
    "Strategy",
    "StrategyVersion",
]

"""The one door: check, commit, publish."""

from sunledger.intake.intake import CommitListener, Intake

__all__ = ["CommitListener", "Intake"]

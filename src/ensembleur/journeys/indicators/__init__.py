"""What company paths measure for the strategy, from dated facts only.

What a figure of a past day counts is what is known today of what happened up to that day: each fact enters on the day it says
of itself, and the present status of a file is never read. Four things cannot be travelled back. A correction reaches back: an
amount, a date or a withdrawn mistake counts everywhere as it is now written. A path that was erased is gone from every day. The
register is a photograph, so places, sectors and sizes are today's; what a company declared is read as of the day measured. The
family and the level of a scheme are those of the catalogue published today.
"""

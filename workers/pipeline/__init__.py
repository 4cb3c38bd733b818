"""What each stage does to one record, as plain functions over bytes: no Faust, no Kafka, no clock, no settings read.

The Faust apps in `workers.stages` and the one-process `rasid enrich` call the same functions, which is why they agree.
"""

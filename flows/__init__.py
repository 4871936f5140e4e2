"""When the service's verbs happen: Prefect decides the moment and keeps the record, nothing else."""

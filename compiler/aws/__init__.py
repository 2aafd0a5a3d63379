"""Layer 1: what is known of AWS. ARNs, patterns, service data, quotas, partitions, conditions, policy statements.

Nothing is imported here: a part that reads the service data costs time only where it is used.
"""

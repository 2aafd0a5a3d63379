"""The peers of the comparison: what each is asked for, how it is installed, and the program that asks it.

``cdk.js``, ``sam.py``, ``policy_sentry_crud.py`` and ``iam_builder_config.py`` run outside of this process, beside the
peer: they read a JSON object of asks by name from standard input and print the version and the statements by name.
"""

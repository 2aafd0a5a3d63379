"""From a stack of the spec to its program: the policies, roles, profiles and what is attached where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.aws.partitions import PARTITIONS, partition_of_region, regions_of
from compiler.aws.reference import reference
from compiler.catalog.context import Context
from compiler.catalog.recipes import Recipes
from compiler.diagnostics import Diagnostic, Diagnostics, Origin, did_you_mean, one_of
from compiler.diagnostics.value import record
from compiler.frontend.catalog_grants import report_account, report_region
from compiler.frontend.codes import PARTITION_MISMATCH
from compiler.frontend.policies import PolicyBuilder
from compiler.frontend.roles import RoleBuilder
from compiler.frontend.scope import Scope, merge_values, plain_values
from compiler.frontend.settings import chain_of, quotas, shrinks_actions, terraform_settings
from compiler.frontend.templates import Unknown
from compiler.ir.program import StackProgram
from compiler.ir.spec import Spec, Stack
from compiler.source.tree import DISK, FileTree

ACCOUNT_VARIABLE, PARTITION_VARIABLE = "var.account_id", "var.partition"


@record(frozen=True, slots=True)
class BuildOptions:
    """What the command line adds to the spec.

    ``overrides`` are values on top of all others; ``module`` makes account and partition variables of a module;
    ``files`` is where the files are read from that the spec names.
    """

    overrides: Mapping[str, Any]
    module: bool = False
    files: FileTree = DISK


def build_stack(spec: Spec, stack: Stack, top: Any, options: BuildOptions, diagnostics: Diagnostics) -> StackProgram:
    """One stack of the spec; what is wrong goes to ``diagnostics`` and is left out.

    ``top`` are the values of the spec as plain data (``plain_values``), worked out once for all stacks.
    """
    values = merge_values(merge_values(top, plain_values(stack.values)), options.overrides)
    scope = Scope(spec, diagnostics, {"values": values}, Context("aws", "", ""), options.files)
    place = _place(scope, stack)
    if options.module:
        shown = Context(reference(PARTITION_VARIABLE), place.region, reference(ACCOUNT_VARIABLE))
    else:
        shown = place
    about = {
        "name": stack.name.text,
        "account": Unknown(shown.account) if options.module else shown.account,
        "region": shown.region,
        "partition": Unknown(shown.partition) if options.module else shown.partition,
    }
    scope = replace(scope, names={**scope.names, "stack": about}, place=shown, recipes=Recipes(shown))
    origin = Origin(stack.name.span, stack.path)
    chain = chain_of((stack.settings, stack.path), (spec.defaults, "defaults"))
    policies = PolicyBuilder(scope, stack, chain)
    roles = RoleBuilder(scope, stack, chain, place.partition, policies)
    built, layers = roles.build()
    return StackProgram(
        stack.name.text,
        place.account,
        place.region,
        place.partition,
        origin,
        policies.sorted(),
        built,
        layers,
        terraform_settings(scope, chain),
        quotas(scope, chain),
        shrinks_actions(chain),
    )


# Stands in for what was reported, so that the rest of the stack is still looked at; nothing is emitted then.
_STAND_IN = Context("aws", "us-east-1", "000000000000")


def _place(scope: Scope, stack: Stack) -> Context:
    """Partition, region and account of a stack, all of them checked."""
    account = scope.text(stack.account, f"{stack.path}.account")
    region = scope.text(stack.region, f"{stack.path}.region")
    reported = len(scope.diagnostics.items)
    if account is not None and not re.fullmatch(r"[0-9]{12}", account):
        report_account(scope, stack.account, account, f"{stack.path}.account")
    partition = partition_of_region(region) if region is not None else None
    if region is not None and partition is None:
        everywhere = frozenset(name for item in PARTITIONS for name in regions_of(item))
        report_region(scope, stack.region, region, f"{stack.path}.region", everywhere)
    if stack.partition is not None and partition is not None:
        said = scope.text(stack.partition, f"{stack.path}.partition")
        if said is not None and said != partition:
            scope.diagnostics.add(
                Diagnostic(
                    PARTITION_MISMATCH,
                    f"region `{region}` lies in partition `{partition}`, not in `{said}`",
                    stack.partition.span,
                    "does not hold this region",
                    expected=one_of(PARTITIONS) if said not in PARTITIONS else f"`{partition}`",
                    help=did_you_mean(said, PARTITIONS) or ("leave `partition` out: the region says it",),
                    path=f"{stack.path}.partition",
                )
            )
    if account is None or region is None or partition is None or len(scope.diagnostics.items) > reported:
        return replace(_STAND_IN, region=region, partition=partition) if region and partition else _STAND_IN
    return Context(partition, region, account)

"""The codes of this package: 804 to 808 for writing the output, 9xx for what Terraform says about it.

None of them can be shown by a spec alone (they speak about folders, about the output that stands there, or about a
program on this machine), so ``bad`` and ``good`` are empty.
"""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

FOREIGN_FILE = Code(
    id="SG804",
    name="foreign-file",
    severity=Severity.ERROR,
    what="Reports a file (or folder) that stackgrant did not write and that stands where output has to go.",
    why="Only files that carry stackgrant's header are ever overwritten or deleted, so that no work of yours is lost. "
    "Nothing at all is written as long as one such file is in the way.",
    bad="",
    good="",
)

OUTPUT_NOT_WRITABLE = Code(
    id="SG805",
    name="output-not-writable",
    severity=Severity.ERROR,
    what="Reports an output folder that cannot be read or written: a read-only folder, a full disk, a symbolic link "
    "below the output folder, or another compile that is writing to the same folder.",
    why="A symbolic link could lead the output out of its folder, to a place that nobody expects to be changed.",
    bad="",
    good="",
)

ORPHAN_KEPT = Code(
    id="SG806",
    name="orphan-folder-kept",
    severity=Severity.NOTE,
    what="Says that a stack left the spec and that its folder still holds files that stackgrant did not write.",
    why="Terraform state and files of yours are never deleted. What the stack created in AWS stays there until "
    "Terraform destroys it, and for that Terraform needs the configuration that has just left the folder.",
    bad="",
    good="",
)

OUTPUT_NAME_CLASH = Code(
    id="SG807",
    name="output-name-clash",
    severity=Severity.ERROR,
    what="Reports two output files whose names differ only in upper and lower case.",
    why="macOS and Windows take them for one file: one would overwrite the other, and a role would be lost.",
    bad="",
    good="",
)

OTHER_SPEC = Code(
    id="SG808",
    name="output-of-another-spec",
    severity=Severity.ERROR,
    what="Reports an output folder that holds stacks of a spec with the same file name, and none of this spec's.",
    why="What a spec no longer names is deleted from its output. Two specs that are both called `stackgrant.yaml` "
    "would delete each other's stacks, so the first compile of the second one stops before that.",
    bad="",
    good="",
)

TERRAFORM_REJECTS = Code(
    id="SG901",
    name="terraform-rejects",
    severity=Severity.ERROR,
    what="Shows what Terraform says about the generated configuration, at the place of the spec it comes from.",
    why="`terraform validate` and `terraform plan` know what only they can know: the rules of the installed provider "
    "version, and whether a Terraform reference of the spec leads anywhere.",
    bad="",
    good="",
    references=("https://developer.hashicorp.com/terraform/cli/commands/validate",),
)

TERRAFORM_NOT_FOUND = Code(
    id="SG902",
    name="terraform-not-found",
    severity=Severity.ERROR,
    what="Reports that there is no `terraform` command on the PATH.",
    why="Compiling does not need Terraform; verifying the output with it does.",
    bad="",
    good="",
    references=("https://developer.hashicorp.com/terraform/install",),
)

SAME_NAME_REPLACEMENT = Code(
    id="SG903",
    name="same-name-replacement",
    severity=Severity.ERROR,
    what="Reports a change that makes Terraform replace a role, instance profile or policy by another one of the same "
    "AWS name, compared with the output that stands in the folder.",
    why="The path of a role, profile or policy and the description of a policy cannot be changed in AWS. Terraform has "
    "to create the new one first (otherwise instances lose their permissions in between), and AWS refuses a second "
    "one of the same name, so the apply stops with EntityAlreadyExists.",
    bad="",
    good="",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",),
)

TERRAFORM_FAILED = Code(
    id="SG904",
    name="terraform-failed",
    severity=Severity.ERROR,
    what="Reports that Terraform could not be run to its end: it crashed, took too long, or could not install the "
    "provider.",
    why="The output could not be verified; this says nothing about whether it is right.",
    bad="",
    good="",
)

OVERLAP = Code(
    id="SG905",
    name="overlap-over-quota",
    severity=Severity.ERROR,
    what="Reports a role that would be over a quota while Terraform changes it, compared with the output that stands "
    "in the folder: what it has and what it gets are together more than its quota of managed policies, or more than "
    "10,240 characters of inline policies.",
    why="What comes is attached before what goes is detached; otherwise permissions would be missing in between. AWS "
    "refuses what is over the quota with LimitExceeded. Terraform stops there with the old policies still attached, "
    "and so does every apply after that: nothing is lost, and the change never gets through. Two places of the quota "
    "stay free for one app more or less; more changes at once can need more. Take smaller steps, and apply each before "
    "you compile the next; or have the quota raised (Service Quotas) and say so under `quotas`.",
    bad="",
    good="",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)

CODES = (
    FOREIGN_FILE,
    OUTPUT_NOT_WRITABLE,
    ORPHAN_KEPT,
    OUTPUT_NAME_CLASH,
    OTHER_SPEC,
    TERRAFORM_REJECTS,
    TERRAFORM_NOT_FOUND,
    SAME_NAME_REPLACEMENT,
    TERRAFORM_FAILED,
    OVERLAP,
)

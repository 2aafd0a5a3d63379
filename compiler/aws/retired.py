"""Services that AWS has switched off; the actions of most still stand in the service data.

Only what AWS has announced for a day that has passed, with the notice that says so. Services that merely take no new
customers are none.

Sources: the notice at the head of each service's guide ("End of support notice"), OpsWorks API Reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, slots=True)
class Retired:
    """A service that is no more: its last day (ISO), what AWS names in its place, and where AWS says so."""

    day: str
    instead: str
    source: str


_DOCS = "https://docs.aws.amazon.com/"
_OPSWORKS = f"{_DOCS}opsworks/latest/APIReference/Welcome.html"

RETIRED: Mapping[str, Retired] = {
    "codestar": Retired("2024-07-31", "", "https://aws.amazon.com/codestar/faqs/"),
    "elastictranscoder": Retired(
        "2025-11-13", "AWS Elemental MediaConvert", f"{_DOCS}elastictranscoder/latest/developerguide/using-sdks.html"
    ),
    "finspace": Retired("2026-10-07", "", f"{_DOCS}finspace/latest/data-api/amazon-finspace-end-of-support.html"),
    "finspace-api": Retired("2026-10-07", "", f"{_DOCS}finspace/latest/data-api/amazon-finspace-end-of-support.html"),
    "iot1click": Retired("2024-12-16", "", f"{_DOCS}iot-1-click/latest/developerguide/doc-history.html"),
    "iotanalytics": Retired("2025-12-15", "", f"{_DOCS}iotanalytics/latest/userguide/api.html"),
    "iotevents": Retired("2026-05-20", "", f"{_DOCS}iotevents/latest/developerguide/doc-history.html"),
    "lookoutequipment": Retired("2026-10-07", "", f"{_DOCS}lookout-for-equipment/latest/userguide/doc-history.md"),
    "lookoutvision": Retired("2025-10-31", "", f"{_DOCS}lookout-for-vision/latest/developer-guide/su-awscli-sdk.html"),
    "mediastore": Retired("2025-11-13", "", f"{_DOCS}mediastore/latest/ug/policies-object-lifecycle-examples.html"),
    "opsworks": Retired("2024-05-26", "", _OPSWORKS),
    "panorama": Retired("2026-05-31", "", f"{_DOCS}panorama/latest/dev/panorama-end-of-support.html"),
    "proton": Retired("2026-10-07", "", f"{_DOCS}proton/latest/userguide/proton-end-of-support.html"),
    "qldb": Retired(
        "2025-07-31", "Amazon Aurora PostgreSQL", f"{_DOCS}qldb/latest/developerguide/document-history.html"
    ),
    "robomaker": Retired("2025-09-10", "AWS Batch", f"{_DOCS}robomaker/latest/dg/chapter-development.html"),
    "simspaceweaver": Retired("2026-05-20", "", f"{_DOCS}simspaceweaver/latest/catalog/intro.html"),
}
"""By service prefix."""

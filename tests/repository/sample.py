"""A small integration that keeps every rule, for tests that break one."""

import json
from pathlib import Path
import struct

from .rules import Integration
from .rules.brand import SIZES
from .rules.quality_scale import RULES

MANIFEST = {
    "domain": "sample",
    "name": "Sample",
    "codeowners": ["@owner"],
    "config_flow": True,
    "dependencies": ["recorder"],
    "documentation": "https://example.com/sample",
    "integration_type": "service",
    "iot_class": "cloud_polling",
    "issue_tracker": "https://example.com/sample/issues",
    "requirements": ["mashumaro>=3.17.0"],
    "version": "1.2.3",
}

ENGLISH = {
    "config": {
        "abort": {"wrong_account": "This is another account.", "gone": "It is gone."},
        "error": {"wrong": "Wrong.", "late": "Too late.", "early": "Too early."},
        "step": {
            "start": {"menu_options": {"user": "Now", "later": "Later"}},
            "user": {
                "title": "Log in",
                "data": {"username": "User name"},
                "data_description": {"username": "The one of the portal"},
            },
        },
    },
    "entity": {"sensor": {"usage": {"name": "Usage"}}},
    "exceptions": {"offline": {"message": "{name} cannot be reached."}},
    "issues": {"terms": {"title": "New terms", "description": "Accept them."}},
    "services": {
        "refill": {
            "name": "Refill",
            "description": "Reads history again.",
            "fields": {"days": {"name": "Days", "description": "How far back."}},
        }
    },
}

ICONS = {
    "entity": {"sensor": {"usage": {"default": "mdi:flash"}}},
    "services": {"refill": {"service": "mdi:history"}},
}

SERVICES = """\
refill:
  fields:
    days:
      required: true
      selector:
        number:
"""

SET_UP = """\
from homeassistant.components.recorder import get_instance

def set_up(hass):
    actions = [Action(name="refill", handler=None)]
    ir.async_create_issue(hass, DOMAIN, "1", translation_key=Issue.TERMS)
    raise UpdateFailed(translation_domain=DOMAIN, translation_key=Message.OFFLINE)

def refusal(key: Message):
    return Refused(translation_domain=DOMAIN, translation_key=key)
"""

CONFIG_FLOW = """\
async def async_step_user(flow, again):
    flow.errors = {"base": FormError.WRONG}
    flow.async_abort(reason=Abort.WRONG_ACCOUNT if again else Abort.GONE)
    return flow.async_show_form(step_id=Step.USER)

async def async_step_start(flow):
    flow.async_show_menu(step_id=Step.START, menu_options=[Step.USER, Choice.LATER])

async def async_step_later(flow):
    flow.async_show_form(step_id=Step.USER, errors={"base": FormError.LATE})

def form_errors():
    return {"base": FormError.EARLY}
"""

TEXTS = """\
class Message(MessageKey):
    OFFLINE = "offline"

class Issue(IssueKey):
    TERMS = "terms"

class Step(StepKey):
    USER = "user"
    START = "start"

class Choice(ChoiceKey):
    LATER = "later"

class FormError(ErrorKey):
    WRONG = "wrong"
    LATE = "late"
    EARLY = "early"

class Abort(AbortKey):
    WRONG_ACCOUNT = "wrong_account"
    GONE = "gone"
"""


def png(side: int) -> bytes:
    """Return the head of a square PNG image."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", side, side)


def write_sample(root: Path) -> Integration:
    """Write the integration below a checkout's root."""
    path = root / "custom_components" / "sample"
    texts = {
        "__init__.py": SET_UP,
        "config_flow.py": CONFIG_FLOW,
        "icons.json": json.dumps(ICONS),
        "manifest.json": json.dumps(MANIFEST),
        "quality_scale.yaml": json.dumps({"rules": dict.fromkeys(RULES, "done")}),
        "sensor.py": "PARALLEL_UPDATES = 0\n",
        "services.yaml": SERVICES,
        "texts.py": TEXTS,
        "translations/de.json": json.dumps(ENGLISH),
        "translations/en.json": json.dumps(ENGLISH),
    }
    for folder in ("brand", "translations"):
        (path / folder).mkdir(parents=True)
    for name, text in texts.items():
        (path / name).write_text(text, "utf-8")
    for name, side in SIZES.items():
        (path / "brand" / name).write_bytes(png(side))
    return Integration(path)

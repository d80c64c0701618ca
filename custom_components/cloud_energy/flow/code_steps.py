"""The steps of a flow that bring a one-time code from the cloud to the form."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CloudError,
    CodeExpired,
    CodeRejected,
)
from custom_components.cloud_energy.client.login import CodeHandler, Delivery
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.provider_texts import CodeFormError, CodeStep
from custom_components.cloud_energy.texts import ErrorKey

CONF_CODE = "code"
CONF_DELIVERY = "delivery"
CONF_RESEND = "resend"

_CODE_FIELD = TextSelector(TextSelectorConfig(autocomplete="one-time-code"))


class CodeSteps[LoginT](ConfigFlow):
    """Shows what a login's code handler offers, and hands it what the user types.

    A typing error never uses up a code nor sends another; sending again is the
    user's own choice.
    """

    code_handler: CodeHandler[LoginT]
    errors: dict[str, str]
    """What the next form shows."""
    _deliveries: Sequence[Delivery] = ()
    _delivery: Delivery | None = None

    @abstractmethod
    async def async_signed_in(self, login: LoginT) -> ConfigFlowResult:
        """Continue with a finished login."""

    @abstractmethod
    async def async_start_over(self, key: ErrorKey) -> ConfigFlowResult:
        """Show the first form again, with what went wrong."""

    @abstractmethod
    def error_key(self, error: CloudError, *, attempt: bool = False) -> ErrorKey:
        """Return the key of an error's text.

        `attempt`: it ends the whole attempt, so an expiry is the attempt's.
        """

    async def async_step_delivery(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose how to get the code."""
        if user_input is not None:
            chosen = user_input[CONF_DELIVERY]
            return await self._async_send(
                next(item for item in self._deliveries if item.id == chosen)
            )
        errors, self.errors = self.errors, {}
        options = await self._async_delivery_options()
        field = SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
        )
        default = options[0]["value"]
        return self.async_show_form(
            step_id=CodeStep.DELIVERY,
            data_schema=vol.Schema(
                {vol.Required(CONF_DELIVERY, default=default): field}
            ),
            errors=errors,
        )

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the code."""
        if user_input is not None:
            if user_input.get(CONF_RESEND):
                return await self.async_choose_delivery()
            if code := "".join(user_input.get(CONF_CODE, "").split()):
                return await self._async_submit(code)
            self.errors = {CONF_CODE: CodeFormError.CODE_MISSING}
        errors, self.errors = self.errors, {}
        schema: dict[Any, Any] = {vol.Optional(CONF_CODE): _CODE_FIELD}
        if self._deliveries:
            schema[vol.Optional(CONF_RESEND, default=False)] = BooleanSelector()
        destination = self._delivery.masked if self._delivery else ""
        return self.async_show_form(
            step_id=CodeStep.CODE,
            data_schema=vol.Schema(schema),
            errors=errors,
            description_placeholders={"destination": destination},
        )

    async def async_choose_delivery(self) -> ConfigFlowResult:
        """Ask how to send the code; with one way only, send it."""
        try:
            self._deliveries = await self.code_handler.deliveries()
        except CloudError as err:
            return await self.async_start_over(self.error_key(err, attempt=True))
        if not self._deliveries:
            return await self.async_step_code()
        if len(self._deliveries) == 1 and not self.errors:
            return await self._async_send(self._deliveries[0])
        return await self.async_step_delivery()

    async def _async_send(self, delivery: Delivery) -> ConfigFlowResult:
        try:
            await self.code_handler.send(delivery)
        except (CodeExpired, AccountLocked) as err:
            return await self.async_start_over(self.error_key(err, attempt=True))
        except CloudError as err:
            self.errors = {"base": self.error_key(err)}
            return await self.async_step_delivery()
        self._delivery = delivery
        return await self.async_step_code()

    async def _async_submit(self, code: str) -> ConfigFlowResult:
        try:
            return await self.async_signed_in(await self.code_handler.submit(code))
        except CodeRejected as err:
            if err.exhausted:
                self.errors = {"base": CodeFormError.TOO_MANY_CODES}
                return await self.async_choose_delivery()
            self.errors = {CONF_CODE: self.error_key(err)}
        except CodeExpired as err:
            self.errors = {"base": self.error_key(err)}
            return await self.async_choose_delivery()
        except AccountLocked as err:
            return await self.async_start_over(self.error_key(err))
        except CloudError as err:
            self.errors = {"base": self.error_key(err)}
        return await self.async_step_code()

    async def _async_delivery_options(self) -> list[SelectOptionDict]:
        language = self.hass.config.language
        texts = await async_get_translations(self.hass, language, "selector", {DOMAIN})
        prefix = f"component.{DOMAIN}.selector.channel.options."
        return [
            SelectOptionDict(
                value=delivery.id,
                label=f"{texts.get(prefix + delivery.channel, delivery.channel)} "
                f"{delivery.masked}".strip(),
            )
            for delivery in self._deliveries
        ]

"""The client of Emporia Energy's cloud: home monitors, smart plugs, car chargers.

It signs in at the provider's user pool (AWS Cognito) without ever sending the
password, and reads and controls over the legacy and the modern API. Nothing in here
knows of Home Assistant. Errors are raised: nothing comes back empty in silence.

Where the names of the `emporia-api` library went:

| emporia-api                                       | here                                  |
|---------------------------------------------------|---------------------------------------|
| EmporiaAPI(config)                                | client.EmporiaClient                  |
| authenticate, maybe_reauth                        | EmporiaClient.sign_in; by itself       |
| devices                                           | EmporiaClient.get_devices, get_home   |
| devices_status                                    | EmporiaClient.get_status              |
| get_devices_status_c_api                          | EmporiaClient.get_modern_status       |
| stream_device_status                              | EmporiaClient.stream_status           |
| get_ev_chargers, get_ev_charger, get_ev_chargers_ids | Charging.get_chargers              |
| get_ev_charger_by_id, get_current_charger_state   | Charging.get_charger                  |
| set_ev_charger, set_ev_charger_by_id              | Charging.set_charger                  |
| get_current_charging_rate                         | Energy.get_latest_power               |
| get_instant_usage                                 | Energy.get_hour_so_far                |
| get_chart_usage                                   | Energy.get_chart, get_migrated_chart  |
| get_devices_usages                                | Energy.get_modern_usages              |
| get_current_month_peak_demand                     | Energy.get_peak_demand                |
| get_devices_location_properties                   | EmporiaClient.get_home                |
| get_devices_rate_properties                       | EmporiaClient.get_rates               |
| set_devices_rate_properties                       | EmporiaClient.set_rate                |
| get_app_preferences                               | EmporiaClient.get_app_preferences     |
"""

"""The steps of config and options flows that the providers share."""

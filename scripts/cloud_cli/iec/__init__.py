"""Commands of the Israel Electric Corporation."""

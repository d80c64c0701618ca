"""Coming prices."""

"""Raw documents → worked examples."""

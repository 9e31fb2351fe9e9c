"""Says a Django site's settings in zanhu's words: `manage.py zanhu_config`. Made to be copied into another site."""

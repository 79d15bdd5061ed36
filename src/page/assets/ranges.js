// ranges

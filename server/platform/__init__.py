"""The engine below every feature: storage, units of work, jobs, http, i18n, clock and ids."""

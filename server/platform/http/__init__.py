"""HTTP for every surface: who calls, what was sent, how an answer and a refusal look.

Features declare their routes with `decorators`, read input with `parameters` and `paging`, and
raise the facts of `server.platform.errors`; `middleware.install` puts the parts around an app.
Nothing here knows a table or a feature.
"""

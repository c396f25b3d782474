"""The role table: articles, pictures, taxonomy, next steps, settings, audit. Columns as in `role_table_site`."""

# own: the author's own draft; own_out: the author's, published; the others are another author's.
ARTICLES = """
                                                                    anon user author editor moder. manager admin
GET  /admin/insights/article/                                       302  302  200    200    403    403     200
GET  /admin/insights/article/?state=draft&q=own                     302  302  200    200    403    403     200
GET  /admin/insights/article/?order=password                        302  302  400    400    403    403     400
GET  /admin/insights/article/?created_by__password__startswith=p    302  302  400    400    403    403     400
GET  /admin/insights/article/?slug__startswith=draft                302  302  400    400    403    403     400
POST /admin/insights/article/                                       302  302  200    200    403    403     200
GET  /admin/insights/article/add/                                   302  302  200    200    403    403     200
POST /admin/insights/article/add/                                   302  302  400    400    403    403     400
POST /admin/insights/article/add/ <article>                         403  403  302    302    403    403     302
POST /admin/insights/article/add/ <submit>                         403  403  302    302    403    403     302
POST /admin/insights/article/add/ <publish>                         403  403  403    302    403    403     302
GET  /admin/insights/article/{own}/change/                          302  302  200    200    403    403     200
POST /admin/insights/article/{own}/change/                          302  302  400    400    403    403     400
POST /admin/insights/article/{own}/change/ <article>                403  403  302    302    403    403     302
POST /admin/insights/article/{own}/change/ <submit>                403  403  302    302    403    403     302
POST /admin/insights/article/{own}/change/ <publish>                403  403  403    302    403    403     302
GET  /admin/insights/article/{own_out}/change/                      302  302  302    200    403    403     200
POST /admin/insights/article/{own_out}/change/ <article>            403  403  403    302    403    403     302
GET  /admin/insights/article/{other}/change/                        302  302  403    200    403    403     200
POST /admin/insights/article/{other}/change/ <article>              403  403  403    302    403    403     302
POST /admin/insights/article/{other}/change/ <publish>              403  403  403    302    403    403     302
GET  /admin/insights/article/{out}/change/                          302  302  403    200    403    403     200
POST /admin/insights/article/{out}/change/ <article>                403  403  403    302    403    403     302
POST /admin/insights/article/{out}/change/ <publish>                403  403  403    302    403    403     302
GET  /admin/insights/article/{future}/change/                       302  302  403    200    403    403     200
GET  /admin/insights/article/{nothing}/change/                      302  302  302    302    403    403     302
POST /admin/insights/article/{nothing}/change/ <article>            403  403  404    404    403    403     404
GET  /admin/insights/article/{own}/delete/                          302  302  200    200    403    403     200
POST /admin/insights/article/{own}/delete/ <yes>                    302  302  302    302    403    403     302
GET  /admin/insights/article/{other}/delete/                        302  302  403    200    403    403     200
POST /admin/insights/article/{other}/delete/ <yes>                  302  302  403    302    403    403     302
GET  /admin/insights/article/{out}/delete/                          302  302  403    403    403    403     403
POST /admin/insights/article/{out}/delete/ <yes>                    302  302  403    403    403    403     403
GET  /admin/insights/article/autosave/                              403  403  200    200    403    403     200
POST /admin/insights/article/autosave/ <typed>                      403  403  200    200    403    403     200
GET  /admin/insights/article/{own}/autosave/                        405  405  405    405    405    405     405
POST /admin/insights/article/{own}/autosave/ <typed-over-own>       403  403  200    200    403    403     200
POST /admin/insights/article/{own_out}/autosave/ <typed>            403  403  403    409    403    403     409
POST /admin/insights/article/{own_out}/autosave/ <typed-over-out>   403  403  403    200    403    403     200
POST /admin/insights/article/{other}/autosave/ <typed>              403  403  403    409    403    403     409
POST /admin/insights/article/{other}/autosave/ <typed-over-other>   403  403  403    200    403    403     200
POST /admin/insights/article/{nothing}/autosave/ <typed>            403  403  404    404    403    403     404
GET  /admin/insights/article/{own}/presence/                        405  405  405    405    405    405     405
POST /admin/insights/article/{own}/presence/                        403  403  400    400    403    403     400
POST /admin/insights/article/{own}/presence/ <beat>                 403  403  200    200    403    403     200
POST /admin/insights/article/{other}/presence/ <beat>               403  403  403    200    403    403     200
POST /admin/insights/article/{nothing}/presence/ <beat>             403  403  404    404    403    403     404
GET  /admin/insights/article/{own}/history/                         302  302  200    200    403    403     200
POST /admin/insights/article/{own}/history/                         302  302  200    200    403    403     200
GET  /admin/insights/article/{other}/history/                       302  302  403    200    403    403     200
GET  /admin/insights/article/{own}/                                 302  302  302    302    302    302     302
POST /admin/insights/article/{own}/                                 302  302  302    302    302    302     302
GET  /admin/insights/article/{own}/preview/                         302  302  200    200    403    403     200
POST /admin/insights/article/{own}/preview/                         302  302  405    405    405    405     405
GET  /admin/insights/article/{other}/preview/                       302  302  403    200    403    403     200
GET  /admin/insights/article/{own_out}/preview/                     302  302  200    200    403    403     200
GET  /admin/insights/article/{own}/unpublish/                        302  302  405    405    405    405     405
POST /admin/insights/article/{own_out}/unpublish/                    302  302  403    302    403    403     302
POST /admin/insights/article/{out}/unpublish/                        302  302  403    302    403    403     302
GET  /admin/insights/article/{unpublished}/republish/                 302  302  405    405    405    405     405
POST /admin/insights/article/{unpublished}/republish/                 302  302  403    302    403    403     302
GET  /admin/insights/article/{future}/unschedule/                   302  302  405    405    405    405     405
POST /admin/insights/article/{future}/unschedule/                   302  302  403    302    403    403     302
POST /admin/insights/article/{out}/unschedule/                      302  302  403    409    403    403     409
POST /admin/insights/article/{out}/unpublish/ <date>               302  302  403    302    403    403     302
POST /admin/insights/article/{out}/unpublish/ <past-moment>          302  302  403    400    403    403     400
GET  /admin/insights/article/{handed}/request-changes/                    302  302  405    405    405    405     405
POST /admin/insights/article/{handed}/request-changes/                    302  302  403    400    403    403     400
POST /admin/insights/article/{handed}/request-changes/ <decision>         302  302  403    302    403    403     302
POST /admin/insights/article/{own}/request-changes/ <decision>            302  302  403    409    403    403     409
GET  /admin/insights/article/{handed}/approve/                      302  302  405    405    405    405     405
POST /admin/insights/article/{handed}/approve/                      302  302  403    409    403    403     409
POST /admin/insights/article/{handed}/approve/ <decision>           302  302  403    302    403    403     302
POST /admin/insights/article/{own}/approve/ <decision>              302  302  403    409    403    403     409
GET  /admin/insights/article/{handed}/reviewer/                     302  302  405    405    405    405     405
POST /admin/insights/article/{handed}/reviewer/                     302  302  403    302    403    403     302
POST /admin/insights/article/{handed}/reviewer/ <reviewer>          302  302  403    302    403    403     302
POST /admin/insights/article/{handed}/reviewer/ <no-reviewer>       302  302  403    400    403    403     400
POST /admin/insights/article/{own}/reviewer/ <reviewer>             302  302  403    302    403    403     302
GET  /admin/insights/article/{own}/preview-links/                   302  302  405    405    405    405     405
POST /admin/insights/article/{own}/preview-links/ <link>            302  302  302    302    403    403     302
POST /admin/insights/article/{own_out}/preview-links/ <link>        302  302  403    302    403    403     302
POST /admin/insights/article/{other}/preview-links/ <link>          302  302  403    302    403    403     302
GET  /admin/insights/article/{own}/preview-links/{own_link}/revoke/  302  302  405    405    405    405     405
POST /admin/insights/article/{own}/preview-links/{own_link}/revoke/  302  302  302    302    403    403     302
POST /admin/insights/article/{other}/preview-links/{link}/revoke/   302  302  403    302    403    403     302
POST /admin/insights/article/{own}/preview-links/{link}/revoke/     302  302  404    404    403    403     404
"""

# Requested by scripts: 403 instead of the redirect to the login.
WRITING = """
GET  /admin/insights/article/scores/                                405  405  405    405    405    405     405
POST /admin/insights/article/scores/                                403  403  200    200    403    403     200
GET  /admin/insights/article/checks/                                405  405  405    405    405    405     405
POST /admin/insights/article/checks/                                403  403  200    200    403    403     200
GET  /admin/markdown/preview/                                       405  405  405    405    405    405     405
POST /admin/markdown/preview/                                       403  403  400    400    403    403     400
POST /admin/markdown/preview/ <content>                             403  403  200    200    403    403     200
GET  /admin/markdown/upload/                                        405  405  405    405    405    405     405
POST /admin/markdown/upload/                                        403  403  400    400    403    403     400
POST /admin/markdown/upload/ <image>                                403  403  200    200    403    403     200
GET  /admin/markdown/paste/                                         405  405  405    405    405    405     405
POST /admin/markdown/paste/                                         403  403  400    400    403    403     400
POST /admin/markdown/paste/ <pasted>                                403  403  200    200    403    403     200
GET  /admin/insights/article/page/                                  403  403  200    200    403    403     200
POST /admin/insights/article/page/ <beside>                         403  403  200    200    403    403     200
GET  /admin/insights/article/page/?article={own}                    403  403  200    200    403    403     200
GET  /admin/insights/article/page/?article={own_out}                403  403  200    200    403    403     200
GET  /admin/insights/article/page/?article={other}                  403  403  403    200    403    403     200
POST /admin/insights/article/page/?article={other} <beside>         403  403  403    200    403    403     200
GET  /admin/insights/article/page/?article={nothing}                403  403  404    404    403    403     404
GET  /admin/insights/article/linkable/                              403  403  200    200    403    403     200
POST /admin/insights/article/linkable/                              405  405  405    405    405    405     405
GET  /admin/insights/picture/library/                               403  403  200    200    403    403     200
POST /admin/insights/picture/library/                               405  405  405    405    405    405     405
"""

PICTURES = """
GET  /admin/insights/picture/                                       302  302  200    200    403    403     200
POST /admin/insights/picture/                                       302  302  200    200    403    403     200
GET  /admin/insights/picture/add/                                   302  302  200    200    403    403     200
POST /admin/insights/picture/add/                                   302  302  400    400    403    403     400
POST /admin/insights/picture/add/ <picture>                         302  302  302    302    403    403     302
GET  /admin/insights/picture/{picture}/change/                      302  302  200    200    403    403     200
GET  /admin/insights/picture/{hidden_picture}/change/               302  302  403    200    403    403     200
GET  /admin/insights/picture/{hidden_picture}/history/              302  302  403    200    403    403     200
POST /admin/insights/picture/{hidden_picture}/change/ <words>       302  302  403    302    403    403     302
POST /admin/insights/picture/{picture}/change/ <words>              302  302  403    302    403    403     302
GET  /admin/insights/picture/{picture}/delete/                      302  302  403    200    403    403     200
POST /admin/insights/picture/{picture}/delete/ <yes>                302  302  403    302    403    403     302
GET  /admin/insights/picture/{used_picture}/delete/                 302  302  403    403    403    403     403
POST /admin/insights/picture/{used_picture}/delete/ <yes>           302  302  403    403    403    403     403
GET  /admin/insights/picture/{picture}/history/                     302  302  200    200    403    403     200
POST /admin/insights/picture/{picture}/history/                     302  302  200    200    403    403     200
GET  /admin/insights/picture/{picture}/                             302  302  302    302    302    302     302
POST /admin/insights/picture/{picture}/                             302  302  302    302    302    302     302
"""

FILED_UNDER = """
GET  /admin/insights/category/                                      302  302  403    200    403    403     200
POST /admin/insights/category/                                      302  302  403    200    403    403     200
GET  /admin/insights/category/add/                                  302  302  403    200    403    403     200
POST /admin/insights/category/add/                                  302  302  403    400    403    403     400
POST /admin/insights/category/add/ <category>                       302  302  403    302    403    403     302
GET  /admin/insights/category/{category}/change/                    302  302  403    200    403    403     200
POST /admin/insights/category/{category}/change/ <category>         302  302  403    302    403    403     302
GET  /admin/insights/category/{free_category}/delete/               302  302  403    200    403    403     200
POST /admin/insights/category/{free_category}/delete/ <yes>         302  302  403    302    403    403     302
POST /admin/insights/category/{category}/delete/ <yes>              302  302  403    409    403    403     409
GET  /admin/insights/category/{category}/history/                   302  302  403    200    403    403     200
POST /admin/insights/category/{category}/history/                   302  302  403    200    403    403     200
GET  /admin/insights/category/{category}/                           302  302  302    302    302    302     302
POST /admin/insights/category/{category}/                           302  302  302    302    302    302     302
GET  /admin/insights/tag/                                           302  302  403    200    403    403     200
POST /admin/insights/tag/                                           302  302  403    200    403    403     200
POST /admin/insights/tag/ <delete-tags>                             302  302  403    200    403    403     200
GET  /admin/insights/tag/add/                                       302  302  403    200    403    403     200
POST /admin/insights/tag/add/ <tag>                                 302  302  403    302    403    403     302
GET  /admin/insights/tag/{tag}/change/                              302  302  403    200    403    403     200
POST /admin/insights/tag/{tag}/change/ <tag>                        302  302  403    302    403    403     302
GET  /admin/insights/tag/{tag}/delete/                              302  302  403    200    403    403     200
POST /admin/insights/tag/{tag}/delete/ <yes>                        302  302  403    302    403    403     302
GET  /admin/insights/tag/{tag}/history/                             302  302  403    200    403    403     200
POST /admin/insights/tag/{tag}/history/                             302  302  403    200    403    403     200
GET  /admin/insights/tag/{tag}/                                     302  302  302    302    302    302     302
POST /admin/insights/tag/{tag}/                                     302  302  302    302    302    302     302
GET  /admin/insights/series/                                        302  302  403    200    403    403     200
POST /admin/insights/series/                                        302  302  403    200    403    403     200
GET  /admin/insights/series/add/                                    302  302  403    200    403    403     200
POST /admin/insights/series/add/ <series>                           302  302  403    302    403    403     302
GET  /admin/insights/series/{series}/change/                        302  302  403    200    403    403     200
POST /admin/insights/series/{series}/change/ <series>               302  302  403    302    403    403     302
GET  /admin/insights/series/{free_series}/delete/                   302  302  403    200    403    403     200
POST /admin/insights/series/{free_series}/delete/ <yes>             302  302  403    302    403    403     302
POST /admin/insights/series/{series}/delete/ <yes>                  302  302  403    409    403    403     409
GET  /admin/insights/series/{series}/history/                       302  302  403    200    403    403     200
POST /admin/insights/series/{series}/history/                       302  302  403    200    403    403     200
GET  /admin/insights/series/{series}/                               302  302  302    302    302    302     302
POST /admin/insights/series/{series}/                               302  302  302    302    302    302     302
GET  /admin/insights/author/                                        302  302  200    200    403    403     200
POST /admin/insights/author/                                        302  302  200    200    403    403     200
GET  /admin/insights/author/add/                                    302  302  403    200    403    403     200
POST /admin/insights/author/add/ <byline>                           302  302  403    302    403    403     302
GET  /admin/insights/author/{byline}/change/                        302  302  403    200    403    403     200
POST /admin/insights/author/{byline}/change/ <byline>               302  302  403    302    403    403     302
GET  /admin/insights/author/{byline}/delete/                        302  302  403    200    403    403     200
POST /admin/insights/author/{byline}/delete/ <yes>                  302  302  403    302    403    403     302
GET  /admin/insights/author/{byline}/history/                       302  302  403    200    403    403     200
POST /admin/insights/author/{byline}/history/                       302  302  403    200    403    403     200
GET  /admin/insights/author/{byline}/                               302  302  302    302    302    302     302
POST /admin/insights/author/{byline}/                               302  302  302    302    302    302     302
GET  /admin/insights/redirect/                                    302  302  403    200    403    403     200
POST /admin/insights/redirect/                                    302  302  403    200    403    403     200
GET  /admin/insights/redirect/add/                                302  302  403    200    403    403     200
POST /admin/insights/redirect/add/ <redirect>                       302  302  403    302    403    403     302
GET  /admin/insights/redirect/{redirect}/change/                    302  302  403    200    403    403     200
POST /admin/insights/redirect/{redirect}/change/ <redirect>           302  302  403    302    403    403     302
GET  /admin/insights/redirect/{redirect}/delete/                    302  302  403    200    403    403     200
POST /admin/insights/redirect/{redirect}/delete/ <yes>              302  302  403    302    403    403     302
GET  /admin/insights/redirect/{redirect}/history/                   302  302  403    200    403    403     200
POST /admin/insights/redirect/{redirect}/history/                   302  302  403    200    403    403     200
GET  /admin/insights/redirect/{redirect}/                           302  302  302    302    302    302     302
POST /admin/insights/redirect/{redirect}/                           302  302  302    302    302    302     302
"""

STEPS = """
GET  /admin/insights/step/                                          302  302  403    200    403    403     200
POST /admin/insights/step/                                          302  302  403    200    403    403     200
GET  /admin/insights/step/progress/                                 403  403  403    200    403    403     200
POST /admin/insights/step/progress/                                 405  405  405    405    405    405     405
GET  /admin/insights/step/add/                                      302  302  403    200    403    403     200
POST /admin/insights/step/add/ <new-step>                           302  302  403    302    403    403     302
GET  /admin/insights/step/{step}/change/                            302  302  403    200    403    403     200
POST /admin/insights/step/{step}/change/ <step>                     302  302  403    302    403    403     302
GET  /admin/insights/step/{step}/delete/                            302  302  403    200    403    403     200
POST /admin/insights/step/{step}/delete/ <yes>                      302  302  403    302    403    403     302
GET  /admin/insights/step/{default_step}/delete/                    302  302  403    403    403    403     403
POST /admin/insights/step/{default_step}/delete/ <yes>              302  302  403    403    403    403     403
GET  /admin/insights/step/{step}/history/                           302  302  403    200    403    403     200
POST /admin/insights/step/{step}/history/                           302  302  403    200    403    403     200
GET  /admin/insights/step/{step}/                                   302  302  302    302    302    302     302
POST /admin/insights/step/{step}/                                   302  302  302    302    302    302     302
"""

SETTINGS_AND_AUDIT = """
GET  /admin/insights/sitesettings/                                  302  302  403    403    403    403     302
POST /admin/insights/sitesettings/                                  302  302  403    403    403    403     302
GET  /admin/insights/sitesettings/add/                              302  302  403    403    403    403     403
POST /admin/insights/sitesettings/add/ <settings>                   302  302  403    403    403    403     403
GET  /admin/insights/sitesettings/{settings}/change/                302  302  403    403    403    403     200
POST /admin/insights/sitesettings/{settings}/change/                302  302  403    403    403    403     400
POST /admin/insights/sitesettings/{settings}/change/ <settings>     302  302  403    403    403    403     302
POST /admin/insights/sitesettings/{settings}/change/ <settings-preview> 302 302 403   403    403    403     200
GET  /admin/insights/sitesettings/{settings}/delete/                302  302  403    403    403    403     403
POST /admin/insights/sitesettings/{settings}/delete/ <yes>          302  302  403    403    403    403     403
GET  /admin/insights/sitesettings/{settings}/history/               302  302  403    403    403    403     200
POST /admin/insights/sitesettings/{settings}/history/               302  302  403    403    403    403     200
GET  /admin/insights/sitesettings/{settings}/                       302  302  302    302    302    302     302
POST /admin/insights/sitesettings/{settings}/                       302  302  302    302    302    302     302
GET  /admin/insights/auditentry/                                    302  302  403    200    403    403     200
GET  /admin/insights/auditentry/?verb=published&happened_at__year=2026 302 302 403   200    403    403     200
GET  /admin/insights/auditentry/?actor__password__startswith=p      302  302  403    400    403    403     400
POST /admin/insights/auditentry/                                    302  302  403    200    403    403     200
GET  /admin/insights/auditentry/add/                                302  302  403    403    403    403     403
POST /admin/insights/auditentry/add/                                302  302  403    403    403    403     403
GET  /admin/insights/auditentry/{audit}/change/                     302  302  403    200    403    403     200
POST /admin/insights/auditentry/{audit}/change/                     302  302  403    403    403    403     403
GET  /admin/insights/auditentry/{audit}/delete/                     302  302  403    403    403    403     403
POST /admin/insights/auditentry/{audit}/delete/ <yes>               302  302  403    403    403    403     403
GET  /admin/insights/auditentry/{audit}/history/                    302  302  403    200    403    403     200
POST /admin/insights/auditentry/{audit}/history/                    302  302  403    200    403    403     200
GET  /admin/insights/auditentry/{audit}/                            302  302  302    302    302    302     302
POST /admin/insights/auditentry/{audit}/                            302  302  302    302    302    302     302
"""

# Limits of search fields in forms: rows that the account sees in the admin, and only by fields of forms.
AUTOCOMPLETE = """
GET  /admin/autocomplete/                                                                  302 302 403 403 403 403 403
POST /admin/autocomplete/                                                                  302 302 405 405 405 405 405
GET  /admin/autocomplete/?app_label=insights&model_name=version&field_name=cover           302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=category&field_name=picture        302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=author&field_name=avatar           302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=step&field_name=target_article     302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=redirect&field_name=article      302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=redirect&field_name=category     302 302 403 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=redirect&field_name=author       302 302 200 200 403 403 200
GET  /admin/autocomplete/?app_label=insights&model_name=article&field_name=created_by      302 302 403 403 403 403 200
GET  /admin/autocomplete/?app_label=newsletter&model_name=consent&field_name=subscriber    302 302 403 403 403 200 200
GET  /admin/autocomplete/?app_label=insights&model_name=article&field_name=slug            302 302 403 403 403 403 403
"""

EXTERNAL_LINKS = """
GET  /admin/insights/externallink/                                   302  302  403    200    403    403     200
GET  /admin/insights/externallink/?state=ignored&q=example           302  302  403    200    403    403     200
GET  /admin/insights/externallink/?ignored_by__password__startswith=p 302 302  403    400    403    403     400
POST /admin/insights/externallink/                                   302  302  403    200    403    403     200
POST /admin/insights/externallink/ <ignore-address>                  302  302  403    302    403    403     302
POST /admin/insights/externallink/ <ignore-host>                     302  302  403    302    403    403     302
POST /admin/insights/externallink/ <look-again>                      302  302  403    302    403    403     302
POST /admin/insights/externallink/?state=ignored <take-back>         302  302  403    302    403    403     302
GET  /admin/insights/externallink/add/                               302  302  403    403    403    403     403
POST /admin/insights/externallink/add/                               302  302  403    403    403    403     403
GET  /admin/insights/externallink/{external_link}/change/             302  302  403    200    403    403     200
POST /admin/insights/externallink/{external_link}/change/             302  302  403    403    403    403     403
GET  /admin/insights/externallink/{external_link}/delete/             302  302  403    403    403    403     403
POST /admin/insights/externallink/{external_link}/delete/ <yes>       302  302  403    403    403    403     403
GET  /admin/insights/externallink/{external_link}/history/            302  302  403    200    403    403     200
POST /admin/insights/externallink/{external_link}/history/            302  302  403    200    403    403     200
GET  /admin/insights/externallink/{external_link}/                    302  302  302    302    302    302     302
POST /admin/insights/externallink/{external_link}/                    302  302  302    302    302    302     302
"""

# Models that were renamed: their old URLs redirect every account, before any check.
RENAMED = """
GET  /admin/insights/article/{own_out}/withdraw/                    308  308  308    308    308    308     308
POST /admin/insights/article/{own_out}/withdraw/                    308  308  308    308    308    308     308
GET  /admin/insights/article/{unpublished}/restore/                 308  308  308    308    308    308     308
POST /admin/insights/article/{unpublished}/restore/                 308  308  308    308    308    308     308
GET  /admin/insights/article/{handed}/send-back/                    308  308  308    308    308    308     308
POST /admin/insights/article/{handed}/send-back/                    308  308  308    308    308    308     308
GET  /admin/insights/article/{own}/versions/{own_text}/bring-back/  308  308  308    308    308    308     308
POST /admin/insights/article/{own}/versions/{own_text}/bring-back/  308  308  308    308    308    308     308
GET  /admin/insights/article/{own}/versions/{own_text}/name/        308  308  308    308    308    308     308
POST /admin/insights/article/{own}/versions/{own_text}/name/        308  308  308    308    308    308     308
GET  /admin/insights/formerslug/                                    308  308  308    308    308    308     308
POST /admin/insights/formerslug/                                    308  308  308    308    308    308     308
GET  /admin/insights/formerslug/{redirect}                          308  308  308    308    308    308     308
POST /admin/insights/formerslug/{redirect}                          308  308  308    308    308    308     308
GET  /admin/insights/outsidelink/                                   308  308  308    308    308    308     308
POST /admin/insights/outsidelink/                                   308  308  308    308    308    308     308
GET  /admin/insights/outsidelink/{external_link}                    308  308  308    308    308    308     308
POST /admin/insights/outsidelink/{external_link}                    308  308  308    308    308    308     308
"""

TABLE = (
    EXTERNAL_LINKS + ARTICLES + WRITING + PICTURES + FILED_UNDER + STEPS + SETTINGS_AND_AUDIT + AUTOCOMPLETE + RENAMED
)

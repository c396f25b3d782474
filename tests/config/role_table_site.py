"""The role table: the admin itself, accounts, groups, tasks.

Accounts, groups, tasks and the publication's settings are for administrators only. Editors read the audit log and
change nothing in it. A role's own group is shown to administrators, but made by `config.roles` and therefore not
changed here.

Columns: anonymous · an account that is no staff · Author · Editor · Moderator · Newsletter manager · administrator.
"""

ADMIN_PAGES = """
                                                                    anon user author editor moder. manager admin
GET  /admin/                                                        302  302  200    200    200    200     200
POST /admin/                                                        302  302  200    200    200    200     200
GET  /admin/login/                                                  200  200  302    302    302    302     302
POST /admin/login/                                                  400  400  400    400    400    400     400
POST /admin/login/ <login>                                          302  302  302    302    302    302     302
GET  /admin/logout/                                                 302  302  405    405    405    405     405
POST /admin/logout/                                                 302  302  200    200    200    200     200
GET  /admin/password_change/                                        302  302  200    200    200    200     200
POST /admin/password_change/                                        302  302  400    400    400    400     400
POST /admin/password_change/ <password>                             302  302  302    302    302    302     302
GET  /admin/password_change/done/                                   302  302  200    200    200    200     200
POST /admin/password_change/done/                                   302  302  405    405    405    405     405
GET  /admin/jsi18n/                                                 302  302  200    200    200    200     200
POST /admin/jsi18n/                                                 302  302  405    405    405    405     405
GET  /admin/failed-tasks/{failed}/again/                            302  302  405    405    405    405     405
POST /admin/failed-tasks/{failed}/again/                            302  302  403    403    403    403     302
GET  /admin/failed-tasks/{failed}/dismiss/                          302  302  405    405    405    405     405
POST /admin/failed-tasks/{failed}/dismiss/                          302  302  403    403    403    403     302
POST /admin/failed-tasks/{task}/again/                              302  302  403    403    403    403     404
POST /admin/failed-tasks/{task}/dismiss/                            302  302  403    403    403    403     404
GET  /admin/{nowhere}                                               302  302  404    404    404    404     404
POST /admin/{nowhere}                                               302  302  404    404    404    404     404
"""

# Each app has its page for those who see something of it. Others get none.
APPS = """
GET  /admin/{insights_app}/                                         302  302  200    200    404    404     200
POST /admin/{insights_app}/                                         302  302  200    200    404    404     200
GET  /admin/{newsletter_app}/                                       302  302  404    404    404    200     200
POST /admin/{newsletter_app}/                                       302  302  404    404    404    200     200
GET  /admin/{feedback_app}/                                         302  302  404    404    200    404     200
POST /admin/{feedback_app}/                                         302  302  404    404    200    404     200
GET  /admin/{auth_app}/                                             302  302  404    404    404    404     200
GET  /admin/{tasks_app}/                                            302  302  404    404    404    404     200
"""

# From a row to its public page, for those who may see the row here.
PUBLIC_PAGE = """
GET  /admin/r/{article_type}/{own}/                                 302  302  302    302    403    403     302
GET  /admin/r/{article_type}/{other}/                               302  302  403    302    403    403     302
GET  /admin/r/{article_type}/{out}/                                 302  302  403    302    403    403     302
GET  /admin/r/{article_type}/{nothing}/                             302  302  404    404    403    403     404
GET  /admin/r/{subscriber_type}/{subscriber}/                       302  302  403    403    403    404     404
GET  /admin/r/{nothing}/{out}/                                      302  302  404    404    404    404     404
POST /admin/r/{article_type}/{other}/                               302  302  403    302    403    403     302
"""

GROUPS = """
GET  /admin/auth/group/                                             302  302  403    403    403    403     200
POST /admin/auth/group/                                             302  302  403    403    403    403     200
GET  /admin/auth/group/add/                                         302  302  403    403    403    403     200
POST /admin/auth/group/add/ <group>                                 302  302  403    403    403    403     302
GET  /admin/auth/group/{group}/change/                              302  302  403    403    403    403     200
POST /admin/auth/group/{group}/change/ <group>                      302  302  403    403    403    403     302
GET  /admin/auth/group/{role}/change/                               302  302  403    403    403    403     200
POST /admin/auth/group/{role}/change/ <group>                       302  302  403    403    403    403     403
GET  /admin/auth/group/{group}/delete/                              302  302  403    403    403    403     200
POST /admin/auth/group/{group}/delete/ <yes>                        302  302  403    403    403    403     302
GET  /admin/auth/group/{role}/delete/                               302  302  403    403    403    403     403
POST /admin/auth/group/{role}/delete/ <yes>                         302  302  403    403    403    403     403
GET  /admin/auth/group/{group}/history/                             302  302  403    403    403    403     200
POST /admin/auth/group/{group}/history/                             302  302  403    403    403    403     200
GET  /admin/auth/group/{group}/                                     302  302  302    302    302    302     302
POST /admin/auth/group/{group}/                                     302  302  302    302    302    302     302
"""

ACCOUNTS = """
GET  /admin/insights/user/                                          302  302  403    403    403    403     200
GET  /admin/insights/user/?groups__id__exact={role}                 302  302  403    403    403    403     200
GET  /admin/insights/user/?groups__user__password__startswith=md5   302  302  403    403    403    403     400
GET  /admin/insights/user/?password__startswith=md5                 302  302  403    403    403    403     400
POST /admin/insights/user/                                          302  302  403    403    403    403     200
GET  /admin/insights/user/add/                                      302  302  403    403    403    403     200
POST /admin/insights/user/add/                                      302  302  403    403    403    403     400
POST /admin/insights/user/add/ <new-account>                        302  302  403    403    403    403     302
GET  /admin/insights/user/{account}/change/                         302  302  403    403    403    403     200
POST /admin/insights/user/{account}/change/                         302  302  403    403    403    403     400
POST /admin/insights/user/{account}/change/ <account>               302  302  403    403    403    403     302
GET  /admin/insights/user/{account}/password/                       302  302  403    403    403    403     200
POST /admin/insights/user/{account}/password/                       302  302  403    403    403    403     400
POST /admin/insights/user/{account}/password/ <set-password>        302  302  403    403    403    403     302
GET  /admin/insights/user/{account}/delete/                         302  302  403    403    403    403     403
POST /admin/insights/user/{account}/delete/ <yes>                   302  302  403    403    403    403     403
GET  /admin/insights/user/{account}/history/                        302  302  403    403    403    403     200
POST /admin/insights/user/{account}/history/                        302  302  403    403    403    403     200
GET  /admin/insights/user/{account}/                                302  302  302    302    302    302     302
POST /admin/insights/user/{account}/                                302  302  302    302    302    302     302
"""

TASKS = """
GET  /admin/django_tasks_database/dbtaskresult/                     302  302  403    403    403    403     200
POST /admin/django_tasks_database/dbtaskresult/                     302  302  403    403    403    403     200
GET  /admin/django_tasks_database/dbtaskresult/add/                 302  302  403    403    403    403     403
POST /admin/django_tasks_database/dbtaskresult/add/                 302  302  403    403    403    403     403
GET  /admin/django_tasks_database/dbtaskresult/{task}/change/       302  302  403    403    403    403     200
POST /admin/django_tasks_database/dbtaskresult/{task}/change/       302  302  403    403    403    403     403
GET  /admin/django_tasks_database/dbtaskresult/{task}/delete/       302  302  403    403    403    403     403
POST /admin/django_tasks_database/dbtaskresult/{task}/delete/ <yes> 302  302  403    403    403    403     403
GET  /admin/django_tasks_database/dbtaskresult/{task}/history/      302  302  403    403    403    403     200
POST /admin/django_tasks_database/dbtaskresult/{task}/history/      302  302  403    403    403    403     200
GET  /admin/django_tasks_database/dbtaskresult/{task}/              302  302  302    302    302    302     302
POST /admin/django_tasks_database/dbtaskresult/{task}/              302  302  302    302    302    302     302
"""

TABLE = ADMIN_PAGES + APPS + PUBLIC_PAGE + GROUPS + ACCOUNTS + TASKS

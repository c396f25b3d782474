"""The role table: subscribers and comments. Columns as in `role_table_site`."""

SUBSCRIBERS = """
                                                                    anon user author editor moder. manager admin
GET  /admin/newsletter/subscriber/                                  302  302  403    403    403    200     200
GET  /admin/newsletter/subscriber/?q=known@example.com              302  302  403    403    403    200     200
GET  /admin/newsletter/subscriber/?status__exact=left               302  302  403    403    403    200     200
GET  /admin/newsletter/subscriber/?created_at__gte=2026-01-01%2000:00Z 302 302   403    403    403    200     200
GET  /admin/newsletter/subscriber/?email__startswith=k              302  302  403    403    403    400     400
GET  /admin/newsletter/subscriber/?nonce__startswith=a              302  302  403    403    403    400     400
POST /admin/newsletter/subscriber/                                  302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/ <export-some>                    302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/ <take-off>                       302  302  403    403    403    302     302
POST /admin/newsletter/subscriber/ <ask-to-confirm>                 302  302  403    403    403    302     302
POST /admin/newsletter/subscriber/ <ask-to-erase>                   302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/ <erase>                          302  302  403    403    403    302     302
POST /admin/newsletter/subscriber/ <delete-readers>                 302  302  403    403    403    302     302
GET  /admin/newsletter/subscriber/export/                           302  302  403    403    403    405     405
POST /admin/newsletter/subscriber/export/                           302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/export/?nonce__startswith=a       302  302  403    403    403    400     400
GET  /admin/newsletter/subscriber/import/                           302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/import/                           302  302  403    403    403    400     400
POST /admin/newsletter/subscriber/import/ <broken-csv>              302  302  403    403    403    400     400
POST /admin/newsletter/subscriber/import/ <csv>                     302  302  403    403    403    200     200
GET  /admin/newsletter/subscriber/add/                              302  302  403    403    403    403     403
POST /admin/newsletter/subscriber/add/                              302  302  403    403    403    403     403
GET  /admin/newsletter/subscriber/{subscriber}/change/              302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/{subscriber}/change/              302  302  403    403    403    403     403
GET  /admin/newsletter/subscriber/{nothing}/change/                 302  302  403    403    403    302     302
GET  /admin/newsletter/subscriber/{subscriber}/delete/              302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/{subscriber}/delete/ <yes>        302  302  403    403    403    302     302
GET  /admin/newsletter/subscriber/{subscriber}/history/             302  302  403    403    403    200     200
POST /admin/newsletter/subscriber/{subscriber}/history/             302  302  403    403    403    200     200
GET  /admin/newsletter/subscriber/{subscriber}/                     302  302  302    302    302    302     302
POST /admin/newsletter/subscriber/{subscriber}/                     302  302  302    302    302    302     302
"""

ANSWERS = """
GET  /admin/feedback/answer/                                        302  302  403    403    200    403     200
GET  /admin/feedback/answer/?state=waiting&q=words                  302  302  403    403    200    403     200
GET  /admin/feedback/answer/?email__startswith=a                    302  302  403    403    400    403     400
POST /admin/feedback/answer/                                        302  302  403    403    200    403     200
POST /admin/feedback/answer/ <approve-some>                         302  302  403    403    302    403     302
POST /admin/feedback/answer/ <reject-some>                          302  302  403    403    302    403     302
POST /admin/feedback/answer/ <spam-some>                            302  302  403    403    302    403     302
POST /admin/feedback/answer/ <delete-answers>                       302  302  403    403    302    403     302
GET  /admin/feedback/answer/add/                                    302  302  403    403    403    403     403
POST /admin/feedback/answer/add/                                    302  302  403    403    403    403     403
GET  /admin/feedback/answer/{answer}/change/                        302  302  403    403    200    403     200
POST /admin/feedback/answer/{answer}/change/                        302  302  403    403    400    403     400
POST /admin/feedback/answer/{answer}/change/ <approve>              302  302  403    403    302    403     302
POST /admin/feedback/answer/{answer}/change/ <stale>                302  302  403    403    409    403     409
GET  /admin/feedback/answer/{nothing}/change/                       302  302  403    403    404    403     404
GET  /admin/feedback/answer/{answer}/delete/                        302  302  403    403    403    403     200
POST /admin/feedback/answer/{answer}/delete/ <yes>                  302  302  403    403    403    403     302
GET  /admin/feedback/answer/{answer}/history/                       302  302  403    403    200    403     200
POST /admin/feedback/answer/{answer}/history/                       302  302  403    403    200    403     200
GET  /admin/feedback/answer/{answer}/                               302  302  302    302    302    302     302
POST /admin/feedback/answer/{answer}/                               302  302  302    302    302    302     302
"""

TABLE = SUBSCRIBERS + ANSWERS

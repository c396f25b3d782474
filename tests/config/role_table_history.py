"""The role table: the history of articles. Columns as in `role_table_site`."""

TABLE = """
                                                                    anon user author editor moder. manager admin
GET  /admin/insights/article/compare/                               405  405  405    405    405    405     405
POST /admin/insights/article/compare/                               403  403  400    400    403    403     400
POST /admin/insights/article/compare/ <two-texts>                   403  403  200    200    403    403     200
GET  /admin/insights/article/{own_out}/history/                     302  302  200    200    403    403     200
GET  /admin/insights/article/{out}/history/                         302  302  403    200    403    403     200
GET  /admin/insights/article/{out}/history/?before=x                302  302  403    404    403    403     404
GET  /admin/insights/article/{own}/compare/                         302  302  200    200    403    403     200
POST /admin/insights/article/{own}/compare/                         302  302  405    405    405    405     405
GET  /admin/insights/article/{own_out}/compare/                     302  302  200    200    403    403     200
GET  /admin/insights/article/{other}/compare/                       302  302  403    200    403    403     200
GET  /admin/insights/article/{out}/compare/?as=page                 302  302  403    200    403    403     200
GET  /admin/insights/article/{out}/compare/?from=1e9                302  302  403    404    403    403     404
GET  /admin/insights/article/{own}/versions/{own_text}/             302  302  200    200    403    403     200
POST /admin/insights/article/{own}/versions/{own_text}/             302  302  405    405    405    405     405
GET  /admin/insights/article/{own}/versions/{other_text}/           302  302  404    404    403    403     404
GET  /admin/insights/article/{own_out}/versions/{own_out_text}/     302  302  200    200    403    403     200
GET  /admin/insights/article/{other}/versions/{other_text}/         302  302  403    200    403    403     200
GET  /admin/insights/article/{own}/versions/{own_text}/page/        302  302  200    200    403    403     200
POST /admin/insights/article/{own}/versions/{own_text}/page/        302  302  405    405    405    405     405
GET  /admin/insights/article/{other}/versions/{other_text}/page/    302  302  403    200    403    403     200
GET  /admin/insights/article/{own}/versions/{own_text}/label/        302  302  405    405    405    405     405
POST /admin/insights/article/{own}/versions/{own_text}/label/ <version-name> 302 302 302 302  403    403     302
POST /admin/insights/article/{own_out}/versions/{own_out_text}/label/ <version-name> 302 302 403 302 403 403 302
POST /admin/insights/article/{other}/versions/{other_text}/label/ <version-name> 302 302 403 302 403 403     302
GET  /admin/insights/article/{out}/versions/{out_text}/restore/  302  302  405    405    405    405     405
POST /admin/insights/article/{own}/versions/{own_text}/restore/  302  302  302    302    403    403     302
POST /admin/insights/article/{out}/versions/{out_text}/restore/  302  302  403    302    403    403     302
POST /admin/insights/article/{own_out}/versions/{own_out_text}/restore/ 302 302 403 302   403    403     302
POST /admin/insights/article/{other}/versions/{other_text}/restore/ 302 302 403  302      403    403     302
GET  /admin/insights/article/{own}/undo/                            302  302  405    405    405    405     405
POST /admin/insights/article/{own}/undo/                            302  302  302    302    403    403     302
POST /admin/insights/article/{out}/undo/                            302  302  403    302    403    403     302
GET  /admin/insights/article/{changing}/discard/                    302  302  405    405    405    405     405
POST /admin/insights/article/{changing}/discard/                    302  302  403    302    403    403     302
POST /admin/insights/article/{own}/discard/                         302  302  302    302    403    403     302
POST /admin/insights/article/{own_out}/discard/                     302  302  403    302    403    403     302
"""

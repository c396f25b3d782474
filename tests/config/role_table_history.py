"""The role table: the history of articles. Columns as in the house's."""

TABLE = """
                                                                    anon user author editor moder. manager admin
GET  /admin/insights/article/compare/                               405  405  405    405    405    405     405
POST /admin/insights/article/compare/                               403  403  400    400    403    403     400
POST /admin/insights/article/compare/ <two-texts>                   403  403  200    200    403    403     200
"""

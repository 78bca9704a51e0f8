"""Invented names of teachers. Students are never named."""

from __future__ import annotations

from typing import Literal

from evalkit.synthetic.draws import Draws

__all__ = ["Gender", "Names"]

Gender = Literal["男", "女"]

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施孔曹严金魏陶姜谢邹窦章苏潘葛范彭鲁韦马方"
    "任袁柳唐薛雷贺倪汤罗毕郝安常于傅齐康伍余顾孟黄萧尹姚邵汪祁毛米贝戴宋庞熊纪舒屈祝"
)
_FIRST = {
    "男": "宇浩子俊文志明晨嘉景博瑞思睿承立云启修元国建海振",
    "女": "雨欣诗梦思佳晓静婉若芷语可雅清月秀慧燕丽玉春美海",
}
_SECOND = {
    "男": "轩然航远峰涛杰宁辉鹏翔阳凯成林川平军斌松泽恒毅安",
    "女": "涵怡琪瑶萱妍彤雯洁婷颖萍岚宁玲芳霞娟蓉莹晴薇兰琳",
}


class Names:
    """A source of names in which nobody is called like somebody else."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._taken: set[str] = set()

    def person(self, gender: Gender) -> str:
        """Return a name that was not given before."""
        while True:
            name = self._draws.pick(_SURNAMES)
            if self._draws.chance(0.85):
                name += self._draws.pick(_FIRST[gender])
            name += self._draws.pick(_SECOND[gender])
            if name not in self._taken:
                self._taken.add(name)
                return name

"""Help that every screen shows behind its own."""

GENERAL_HELP = """

## 到处都能用的键

| 键 | 作用 |
|---|---|
| Tab、Shift+Tab | 换到下一处、上一处 |
| ↑ ↓、PageUp、PageDown | 移动、翻页 |
| 回车 | 选定、按下按钮 |
| Esc | 返回上一屏、取消 |
| F1 | 帮助 |
| Ctrl+P | 命令列表 |
| Ctrl+T | 换浅色、深色 |
| Ctrl+Q | 退出 |

鼠标也能用：点击选定，滚轮翻页。屏幕最下面一行是当前能用的键，也可以点。
输入汉字时，本程序不占用任何字母键。
"""

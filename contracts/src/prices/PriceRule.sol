// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Arrays } from "@openzeppelin/contracts/utils/Arrays.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title How a period's price follows from the quotes: pure rules.
library PriceRule {
    /// @dev Prices are multiples of it, so that an hourly rate charges by the second without rounding.
    uint256 internal constant UNIT = 3600;

    /// @notice The lower of the two middle values (or the middle one); reorders `quotes`, which must not be empty.
    function lowerMedian(uint256[] memory quotes) internal pure returns (uint256) {
        Arrays.sort(quotes);
        return quotes[(quotes.length - 1) / 2];
    }

    /// @notice The price that follows `previous` when the quotes' median is `median`; both in wei per micro-USD.
    /// @param stepBps largest move, in basis points of `previous`
    /// @return price a multiple of {UNIT}, at least {UNIT}, when `previous` is
    /// @return cut whether the step kept it from the median
    function next(uint256 previous, uint256 median, uint256 stepBps)
        internal
        pure
        returns (uint256 price, bool cut)
    {
        uint256 wanted = Math.max(_floor(median), UNIT);
        uint256 step = Math.max(_floor((previous * stepBps) / 10_000), UNIT);
        uint256 least = previous > step ? previous - step : UNIT;
        price = Math.min(Math.max(wanted, least), previous + step);
        cut = price != wanted;
    }

    function _floor(uint256 value) private pure returns (uint256) {
        return value - (value % UNIT);
    }
}

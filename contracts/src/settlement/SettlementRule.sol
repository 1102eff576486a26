// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Who decides, and how an emission is divided: pure rules.
library SettlementRule {
    uint256 private constant BPS = 10_000;

    /// @notice Signatures of active masternodes that settle a period at once: two thirds of those that are active, and
    /// more than half of those that are admitted, so that nobody decides alone while the others sleep.
    function quorum(uint256 active, uint256 admitted) internal pure returns (uint256) {
        return Math.max((2 * active + 2) / 3, majority(admitted));
    }

    /// @notice Signatures that are more than half of `admitted` masternodes.
    function majority(uint256 admitted) internal pure returns (uint256) {
        return admitted / 2 + 1;
    }

    /// @notice Divides a period's emission; rounds down, the fund has the rest.
    function divide(uint256 emission, uint256 contributorsBps, uint256 validatorsBps)
        internal
        pure
        returns (uint256 pot, uint256 validators, uint256 fund)
    {
        pot = (emission * contributorsBps) / BPS;
        validators = (emission * validatorsBps) / BPS;
        fund = emission - pot - validators;
    }

    /// @notice How many bits of `set` are 1.
    function count(uint256 set) internal pure returns (uint256 bits) {
        for (; set != 0; set &= set - 1) {
            ++bits;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BitMaps } from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import { Calendar } from "../base/Calendar.sol";
import { System } from "../base/System.sol";
import { EmissionSchedule } from "./EmissionSchedule.sol";
import { IEmission } from "./IEmission.sol";

/// @title 10,500,000 NXQ, let out on a schedule that nobody can change.
/// @dev Immutable: no owner, no proxy, no parameter. A period that nobody settles keeps its emission here.
contract Emission is IEmission, Calendar {
    using BitMaps for BitMaps.BitMap;

    BitMaps.BitMap private released;

    error EmissionInexact(uint256 periodSeconds);
    error EmissionRefused(uint256 period, uint256 amount);

    constructor(uint256 genesisTime_, uint256 periodSeconds_) Calendar(genesisTime_, periodSeconds_) {
        if (!EmissionSchedule.dividesExactly(periodSeconds_)) revert EmissionInexact(periodSeconds_);
    }

    /// @inheritdoc IEmission
    function release(uint256 period) external returns (uint256 amount) {
        if (msg.sender != System.SETTLEMENT) revert EmissionCallerNotSettlement(msg.sender);
        uint256 end = periodStart(period + 1);
        if (block.timestamp < end) revert EmissionPeriodNotOver(period, end);
        if (released.get(period)) revert EmissionAlreadyReleased(period);
        released.set(period);
        amount = emissionOf(period);
        emit Released(period, amount);
        (bool sent,) = msg.sender.call{ value: amount }("");
        if (!sent) revert EmissionRefused(period, amount);
    }

    /// @inheritdoc IEmission
    function emissionOf(uint256 period) public view returns (uint256) {
        return emittedBefore(period + 1) - emittedBefore(period);
    }

    /// @inheritdoc IEmission
    function emittedBefore(uint256 period) public view returns (uint256) {
        return EmissionSchedule.emittedBefore(period, periodSeconds);
    }

    /// @inheritdoc IEmission
    function isReleased(uint256 period) external view returns (bool) {
        return released.get(period);
    }
}

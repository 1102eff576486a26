// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title 10,500,000 NXQ, let out on a schedule that nobody can change.
interface IEmission {
    event Released(uint256 indexed period, uint256 amount);

    error EmissionCallerNotSettlement(address caller);
    error EmissionPeriodNotOver(uint256 period, uint256 endsAt);
    error EmissionAlreadyReleased(uint256 period);

    /// @notice Sends the emission of a period that is over to the settlement, once; a period past the end sends 0.
    /// @custom:caller the settlement
    /// @custom:changes sends the period's NXQ to the settlement and marks the period as released
    /// @return amount what was sent, in wei
    function release(uint256 period) external returns (uint256 amount);

    /// @notice What `period` emits, in wei.
    function emissionOf(uint256 period) external view returns (uint256);

    /// @notice What all periods before `period` emit together, in wei; never more than 10,500,000 NXQ.
    function emittedBefore(uint256 period) external view returns (uint256);

    function isReleased(uint256 period) external view returns (bool);
}
